/** What is known of an SDK, and what each of it rests on. */
export interface SdkFacts {
  readonly id: string;
  readonly name: string;
  /** What its User-Agent has, with the version as a group. The first that matches counts. */
  readonly userAgent: RegExp;
  /** What it does by default where nothing answers, in a sentence. */
  readonly defaults: string;
  /** How often it asks, all attempts together, where a request failed. */
  readonly attempts: string;
  /** What ends a wait for an answer early, in its language. */
  readonly setting: string;
  /** How it finds the drill; absent: by AWS_ENDPOINT_URL_DYNAMODB. */
  readonly redirect?: string;
  readonly sources: SdkSources;
}

/** The pages, or files of the SDK itself, that say so. */
export interface SdkSources {
  readonly userAgent: string;
  readonly defaults: string;
  readonly attempts: string;
  readonly setting: string;
}

const GUIDE = "https://docs.aws.amazon.com";
const GITHUB = "https://github.com/aws";
const BOTOCORE = "https://github.com/boto/botocore/blob/develop/botocore";

const FROM_2026 =
  "Where AWS_ENABLE_DEFAULT_SOCKET_TIMEOUT_2026=true is set, newer versions give up after an inactivity of";

/** More particular names come first: the AWS CLI and aiobotocore name botocore too. */
export const SDKS: readonly SdkFacts[] = [
  {
    id: "javascript-3",
    name: "AWS SDK for JavaScript v3",
    userAgent: /\baws-sdk-js\/(3\.[\w.+-]*)/,
    defaults: `It waits for an answer without end: none of its time-outs is on. ${FROM_2026} 300 s.`,
    attempts: "4 attempts for DynamoDB, 3 in older versions",
    setting:
      "new DynamoDBClient({ requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, " +
      "throwOnRequestTimeout: true } }); without throwOnRequestTimeout, requestTimeout only logs a warning",
    sources: {
      userAgent: `${GITHUB}/aws-sdk-js-v3/blob/main/packages/middleware-user-agent/src/user-agent-middleware.ts`,
      defaults: `${GITHUB}/aws-sdk-js-v3/blob/main/supplemental-docs/CLIENTS.md`,
      attempts: `${GITHUB}/aws-sdk-js-v3/blob/main/clients/client-dynamodb/src/runtimeConfig.ts`,
      setting: `${GITHUB}/aws-sdk-js-v3/blob/main/supplemental-docs/CLIENTS.md`,
    },
  },
  {
    id: "javascript-2",
    name: "AWS SDK for JavaScript v2",
    userAgent: /\baws-sdk-(?:nodejs|js)\/(2\.[\w.+-]*)/,
    defaults: "It waits 120 s for an answer.",
    attempts: "11 attempts for DynamoDB",
    setting: "new AWS.DynamoDB({ httpOptions: { connectTimeout: 1000, timeout: 3000 } })",
    redirect: "new AWS.DynamoDB({ endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB })",
    sources: {
      userAgent: `${GITHUB}/aws-sdk-js/blob/master/lib/util.js`,
      defaults: `${GITHUB}/aws-sdk-js/blob/master/lib/config.js`,
      attempts: `${GITHUB}/aws-sdk-js/blob/master/lib/services/dynamodb.js`,
      setting: `${GITHUB}/aws-sdk-js/blob/master/lib/config.js`,
    },
  },
  {
    id: "cli",
    name: "AWS CLI",
    userAgent: /\baws-cli\/(\d[\w.+-]*)/,
    defaults: "It waits 60 s for a connection and 60 s for an answer.",
    attempts: "3 attempts; 10 for DynamoDB in version 1",
    setting: "aws dynamodb … --cli-connect-timeout 1 --cli-read-timeout 3",
    sources: {
      userAgent: `${GITHUB}/aws-cli/blob/v2/awscli/clidriver.py`,
      defaults: `${GUIDE}/cli/latest/reference/#options`,
      attempts: `${GUIDE}/cli/latest/userguide/cli-configure-retries.html`,
      setting: `${GUIDE}/cli/latest/reference/#options`,
    },
  },
  {
    id: "aiobotocore",
    name: "aioboto3 or aiobotocore (Python)",
    userAgent: /\baiobotocore\/(\d[\w.+-]*)/i,
    defaults: "It waits 60 s for a connection and 60 s for an answer, as botocore does.",
    attempts: "10 attempts for DynamoDB in the legacy mode",
    setting: 'session.client("dynamodb", config=AioConfig(connect_timeout=1, read_timeout=3))',
    redirect:
      'session.client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL_DYNAMODB"]); with a botocore before 1.31',
    sources: {
      userAgent: "https://github.com/aio-libs/aiobotocore/blob/master/aiobotocore/session.py",
      defaults: "https://github.com/aio-libs/aiobotocore/blob/master/aiobotocore/httpsession.py",
      attempts: `${BOTOCORE}/data/_retry.json`,
      setting: "https://github.com/aio-libs/aiobotocore/blob/master/aiobotocore/config.py",
    },
  },
  {
    id: "boto3",
    name: "boto3 or botocore (Python)",
    userAgent: /\bBoto(?:3|core)\/(\d[\w.+-]*)/i,
    defaults: "It waits 60 s for a connection and 60 s for an answer; TCP keep-alive is off.",
    attempts: "10 attempts for DynamoDB in the legacy mode",
    setting: 'boto3.client("dynamodb", config=Config(connect_timeout=1, read_timeout=3))',
    redirect: 'boto3.client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL_DYNAMODB"]); before boto3 1.28',
    sources: {
      userAgent: `${BOTOCORE}/useragent.py`,
      defaults: "https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html",
      attempts: `${BOTOCORE}/data/_retry.json`,
      setting: "https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html",
    },
  },
  {
    id: "java-2",
    name: "AWS SDK for Java 2.x",
    userAgent: /\baws-sdk-java\/(2\.[\w.+-]*)/,
    defaults: "It waits 2 s for a connection and 30 s for an answer.",
    attempts: "9 attempts for DynamoDB; 4 with AWS_NEW_RETRIES_2026=true",
    setting:
      "DynamoDbClient.builder().overrideConfiguration(c -> c.apiCallAttemptTimeout(Duration.ofSeconds(3))" +
      ".apiCallTimeout(Duration.ofSeconds(10)))",
    sources: {
      userAgent: `${GITHUB}/aws-sdk-java-v2/blob/master/core/sdk-core/src/main/java/software/amazon/awssdk/core/util/SdkUserAgent.java`,
      defaults: `${GITHUB}/aws-sdk-java-v2/blob/master/http-client-spi/src/main/java/software/amazon/awssdk/http/SdkHttpConfigurationOption.java`,
      attempts: `${GITHUB}/aws-sdk-java-v2/blob/master/services/dynamodb/src/main/java/software/amazon/awssdk/services/dynamodb/DynamoDbRetryPolicy.java`,
      setting: `${GUIDE}/sdk-for-java/latest/developer-guide/timeouts.html`,
    },
  },
  {
    id: "java-1",
    name: "AWS SDK for Java 1.x",
    userAgent: /\baws-sdk-java\/(1\.[\w.+-]*)/,
    defaults: "It waits 10 s for a connection and 50 s for an answer.",
    attempts: "11 attempts for DynamoDB",
    setting: "new ClientConfiguration().withConnectionTimeout(1000).withRequestTimeout(3000)",
    redirect:
      "AmazonDynamoDBClientBuilder.standard().withEndpointConfiguration(new EndpointConfiguration(" +
      'System.getenv("AWS_ENDPOINT_URL_DYNAMODB"), System.getenv("AWS_REGION")))',
    sources: {
      userAgent: `${GITHUB}/aws-sdk-java/blob/master/aws-java-sdk-core/src/main/java/com/amazonaws/util/VersionInfoUtils.java`,
      defaults: `${GITHUB}/aws-sdk-java/blob/master/aws-java-sdk-core/src/main/java/com/amazonaws/ClientConfiguration.java`,
      attempts: `${GITHUB}/aws-sdk-java/blob/master/aws-java-sdk-core/src/main/java/com/amazonaws/retry/PredefinedRetryPolicies.java`,
      setting: `${GITHUB}/aws-sdk-java/blob/master/aws-java-sdk-core/src/main/java/com/amazonaws/ClientConfiguration.java`,
    },
  },
  {
    id: "go-2",
    name: "AWS SDK for Go v2",
    userAgent: /\baws-sdk-go-v2\/(\d[\w.+-]*)/,
    defaults: `It waits 30 s for a connection and without end for an answer. ${FROM_2026} 300 s.`,
    attempts: "4 attempts since version 1.74.0 of service/dynamodb, 3 before",
    setting:
      "config.LoadDefaultConfig(ctx, config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(3*time.Second)))",
    sources: {
      userAgent: `${GITHUB}/aws-sdk-go-v2/blob/main/aws/middleware/user_agent.go`,
      defaults: `${GITHUB}/aws-sdk-go-v2/blob/main/aws/transport/http/client.go`,
      attempts: `${GITHUB}/aws-sdk-go-v2/blob/main/service/dynamodb/CHANGELOG.md`,
      setting: `${GITHUB}/aws-sdk-go-v2/blob/main/aws/transport/http/client.go`,
    },
  },
  {
    id: "go-1",
    name: "AWS SDK for Go v1",
    userAgent: /\baws-sdk-go\/(1\.[\w.+-]*)/,
    defaults: "It waits 30 s for a connection and without end for an answer: it takes http.DefaultClient.",
    attempts: "11 attempts for DynamoDB",
    setting: "aws.NewConfig().WithHTTPClient(&http.Client{Timeout: 3 * time.Second})",
    redirect: 'aws.NewConfig().WithEndpoint(os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"))',
    sources: {
      userAgent: `${GITHUB}/aws-sdk-go/blob/main/aws/corehandlers/user_agent.go`,
      defaults: "https://pkg.go.dev/net/http#DefaultTransport",
      attempts: `${GITHUB}/aws-sdk-go/blob/main/service/dynamodb/customizations.go`,
      setting: `${GUIDE}/sdk-for-go/v1/developer-guide/custom-http.html`,
    },
  },
  {
    id: "dotnet",
    name: "AWS SDK for .NET",
    userAgent: /\baws-sdk-dotnet(?:-[\w]+)?\/(\d[\w.+-]*)/,
    defaults: "It waits 100 s for an answer, as HttpClient does.",
    attempts: "11 attempts for DynamoDB, whatever the retry mode",
    setting: "new AmazonDynamoDBConfig { Timeout = TimeSpan.FromSeconds(3) }",
    sources: {
      userAgent: `${GITHUB}/aws-sdk-net/blob/main/sdk/src/Core/Amazon.Util/Internal/_netstandard/InternalSDKUtils.netstandard.cs`,
      defaults: `${GITHUB}/aws-sdk-net/blob/main/sdk/src/Core/Amazon.Runtime/Pipeline/HttpHandler/_netstandard/HttpRequestMessageFactory.cs`,
      attempts: `${GUIDE}/sdk-for-net/v4/developer-guide/retries-timeouts.html`,
      setting: `${GUIDE}/sdk-for-net/v4/developer-guide/retries-timeouts.html`,
    },
  },
  {
    id: "rust",
    name: "AWS SDK for Rust",
    userAgent: /\baws-sdk-rust\/(\d[\w.+-]*)/,
    defaults: "It waits 3.1 s for a connection and without end for an answer.",
    attempts: "3 attempts; 4 with AWS_NEW_RETRIES_2026=true",
    setting:
      "TimeoutConfig::builder().operation_attempt_timeout(Duration::from_secs(3))" +
      ".operation_timeout(Duration::from_secs(10)).build()",
    sources: {
      userAgent: "https://docs.rs/aws-runtime/1.10.2/src/aws_runtime/user_agent.rs.html",
      defaults: "https://docs.rs/aws-config/1.13.0/src/aws_config/default_provider/timeout_config.rs.html",
      attempts: "https://docs.rs/aws-sdk-dynamodb/1.136.0/src/aws_sdk_dynamodb/config.rs.html",
      setting: "https://docs.rs/aws-smithy-types/latest/aws_smithy_types/timeout/struct.TimeoutConfig.html",
    },
  },
  {
    id: "php",
    name: "AWS SDK for PHP",
    userAgent: /\baws-sdk-php\/(\d[\w.+-]*)/,
    defaults: `It waits for a connection and for an answer without end. ${FROM_2026} a length that is not documented.`,
    attempts:
      "11 attempts for DynamoDB in the legacy mode, which is the default; of the other modes it is not documented",
    setting: "new DynamoDbClient(['http' => ['connect_timeout' => 1, 'timeout' => 3]])",
    sources: {
      userAgent: `${GITHUB}/aws-sdk-php/blob/master/src/UserAgentMiddleware.php`,
      defaults: "https://docs.guzzlephp.org/en/stable/request-options.html#timeout",
      attempts: `${GITHUB}/aws-sdk-php/blob/master/src/DynamoDb/DynamoDbClient.php`,
      setting: "https://docs.guzzlephp.org/en/stable/request-options.html#timeout",
    },
  },
  {
    id: "ruby",
    name: "AWS SDK for Ruby",
    userAgent: /\baws-sdk-ruby\d?\/(\d[\w.+-]*)/,
    defaults: "It waits 15 s for a connection and 60 s for an answer.",
    attempts: "11 attempts for DynamoDB in the legacy mode",
    setting: "Aws::DynamoDB::Client.new(http_open_timeout: 1, http_read_timeout: 3)",
    sources: {
      userAgent: `${GITHUB}/aws-sdk-ruby/blob/version-3/gems/aws-sdk-core/lib/aws-sdk-core/plugins/user_agent.rb`,
      defaults: `${GITHUB}/aws-sdk-ruby/blob/version-3/gems/aws-sdk-core/lib/seahorse/client/plugins/net_http.rb`,
      attempts: `${GITHUB}/aws-sdk-ruby/blob/version-3/gems/aws-sdk-dynamodb/lib/aws-sdk-dynamodb/plugins/extended_retries.rb`,
      setting: `${GITHUB}/aws-sdk-ruby/blob/version-3/gems/aws-sdk-core/lib/seahorse/client/plugins/net_http.rb`,
    },
  },
  {
    id: "cpp",
    name: "AWS SDK for C++",
    userAgent: /\baws-sdk-cpp\/(\d[\w.+-]*)/,
    defaults:
      "With curl it waits 1 s for a connection and without end for an answer (requestTimeoutMs is 0; 3 s in older " +
      "versions); TCP keep-alive is on, every 30 s.",
    attempts: "11 attempts in the default mode, 3 in the standard mode",
    setting: "clientConfig.httpRequestTimeoutMs = 3000; clientConfig.requestTimeoutMs = 3000",
    sources: {
      userAgent: `${GITHUB}/aws-sdk-cpp/blob/main/src/aws-cpp-sdk-core/source/client/ClientConfiguration.cpp`,
      defaults: `${GITHUB}/aws-sdk-cpp/blob/main/src/aws-cpp-sdk-core/include/aws/core/client/ClientConfiguration.h`,
      attempts: `${GITHUB}/aws-sdk-cpp/blob/main/src/aws-cpp-sdk-core/include/aws/core/client/DefaultRetryStrategy.h`,
      setting: `${GITHUB}/aws-sdk-cpp/blob/main/src/aws-cpp-sdk-core/include/aws/core/client/ClientConfiguration.h`,
    },
  },
];

/** What is known of an SDK, each with the page that says so. */
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
  readonly sources: readonly string[];
}

const GUIDE = "https://docs.aws.amazon.com";
const GITHUB = "https://github.com/aws";

const SAME_AS_JAVASCRIPT_3 =
  "Newer versions have an inactivity time-out of their own, 300 s for DynamoDB, where " +
  "AWS_ENABLE_DEFAULT_SOCKET_TIMEOUT_2026=true is set.";

/** More particular names come first: the AWS CLI and aiobotocore name botocore too. */
export const SDKS: readonly SdkFacts[] = [
  {
    id: "javascript-3",
    name: "AWS SDK for JavaScript v3",
    userAgent: /\baws-sdk-js\/(\d[\w.+-]*)/,
    defaults: `It waits for an answer without end: none of its time-outs is on. ${SAME_AS_JAVASCRIPT_3}`,
    attempts: "3 attempts, 4 in newer versions",
    setting:
      "new DynamoDBClient({ requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, " +
      "throwOnRequestTimeout: true } }); without throwOnRequestTimeout, requestTimeout only logs a warning",
    sources: [
      `${GUIDE}/sdk-for-javascript/v3/developer-guide/node-configuring-maxsockets.html`,
      `${GITHUB}/aws-sdk-js-v3/blob/main/supplemental-docs/CLIENTS.md`,
    ],
  },
  {
    id: "javascript-2",
    name: "AWS SDK for JavaScript v2",
    userAgent: /\baws-sdk-(?:nodejs|js)-?v?2?\/(2\.[\w.+-]*)/,
    defaults: "It waits 120 s for an answer.",
    attempts: "11 attempts for DynamoDB",
    setting: "new AWS.DynamoDB({ httpOptions: { connectTimeout: 1000, timeout: 3000 } })",
    redirect: "new AWS.DynamoDB({ endpoint: process.env.AWS_ENDPOINT_URL_DYNAMODB })",
    sources: [
      `${GUIDE}/AWSJavaScriptSDK/latest/AWS/Config.html#httpOptions-property`,
      `${GITHUB}/aws-sdk-js/blob/master/lib/services/dynamodb.js`,
    ],
  },
  {
    id: "cli",
    name: "AWS CLI",
    userAgent: /\baws-cli\/(\d[\w.+-]*)/,
    defaults: "It waits 60 s for a connection and 60 s for an answer.",
    attempts: "3 attempts in version 2",
    setting: "aws dynamodb … --cli-connect-timeout 1 --cli-read-timeout 3",
    sources: [`${GUIDE}/cli/latest/reference/#options`],
  },
  {
    id: "aiobotocore",
    name: "aioboto3 or aiobotocore (Python)",
    userAgent: /\baiobotocore\/(\d[\w.+-]*)/i,
    defaults: "It waits 60 s for a connection and 60 s for an answer, as botocore does.",
    attempts: "10 attempts for DynamoDB in the legacy mode",
    setting: 'session.client("dynamodb", config=AioConfig(connect_timeout=1, read_timeout=3))',
    redirect: 'session.client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL_DYNAMODB"])',
    sources: [
      "https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html",
      "https://github.com/aio-libs/aiobotocore/blob/master/aiobotocore/config.py",
    ],
  },
  {
    id: "boto3",
    name: "boto3 or botocore (Python)",
    userAgent: /\bBoto(?:3|core)\/(\d[\w.+-]*)/i,
    defaults: "It waits 60 s for a connection and 60 s for an answer; TCP keep-alive is off.",
    attempts: "10 attempts for DynamoDB in the legacy mode",
    setting: 'boto3.client("dynamodb", config=Config(connect_timeout=1, read_timeout=3))',
    redirect: 'boto3.client("dynamodb", endpoint_url=os.environ["AWS_ENDPOINT_URL_DYNAMODB"]); before boto3 1.28',
    sources: [
      "https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html",
      "https://boto3.amazonaws.com/v1/documentation/api/latest/guide/retries.html",
    ],
  },
  {
    id: "java-2",
    name: "AWS SDK for Java 2.x",
    userAgent: /\baws-sdk-java\/(2\.[\w.+-]*)/,
    defaults: "It waits 2 s for a connection and 30 s for an answer.",
    attempts: "9 attempts for DynamoDB in the legacy mode, 4 or fewer in newer modes",
    setting:
      "DynamoDbClient.builder().overrideConfiguration(c -> c.apiCallAttemptTimeout(Duration.ofSeconds(3))" +
      ".apiCallTimeout(Duration.ofSeconds(10)))",
    sources: [
      `${GUIDE}/sdk-for-java/latest/developer-guide/timeouts.html`,
      `${GITHUB}/aws-sdk-java-v2/blob/master/http-client-spi/src/main/java/software/amazon/awssdk/http/SdkHttpConfigurationOption.java`,
    ],
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
    sources: [
      `${GUIDE}/sdk-for-java/v1/developer-guide/section-client-configuration.html`,
      `${GITHUB}/aws-sdk-java/blob/master/aws-java-sdk-core/src/main/java/com/amazonaws/ClientConfiguration.java`,
    ],
  },
  {
    id: "go-2",
    name: "AWS SDK for Go v2",
    userAgent: /\baws-sdk-go-v2\/(\d[\w.+-]*)/,
    defaults: `It waits 30 s for a connection and without end for an answer. ${SAME_AS_JAVASCRIPT_3}`,
    attempts: "3 attempts",
    setting:
      "config.LoadDefaultConfig(ctx, config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(3*time.Second)))",
    sources: [`${GUIDE}/sdk-for-go/v2/developer-guide/configure-http.html`],
  },
  {
    id: "go-1",
    name: "AWS SDK for Go v1",
    userAgent: /\baws-sdk-go\/(1\.[\w.+-]*)/,
    defaults: "It waits 30 s for a connection and without end for an answer.",
    attempts: "11 attempts for DynamoDB",
    setting: "aws.NewConfig().WithHTTPClient(&http.Client{Timeout: 3 * time.Second})",
    redirect: 'aws.NewConfig().WithEndpoint(os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"))',
    sources: [`${GUIDE}/sdk-for-go/v1/developer-guide/custom-http.html`],
  },
  {
    id: "dotnet",
    name: "AWS SDK for .NET",
    userAgent: /\baws-sdk-dotnet(?:-[\w]+)?\/(\d[\w.+-]*)/,
    defaults: "It waits 100 s for an answer, which is what HttpClient does.",
    attempts: "11 attempts for DynamoDB",
    setting: "new AmazonDynamoDBConfig { Timeout = TimeSpan.FromSeconds(3) }",
    sources: [`${GUIDE}/sdk-for-net/v4/developer-guide/retries-timeouts.html`],
  },
  {
    id: "rust",
    name: "AWS SDK for Rust",
    userAgent: /\baws-sdk-rust\/(\d[\w.+-]*)/,
    defaults: "It waits 3.1 s for a connection and without end for an answer.",
    attempts: "3 attempts",
    setting:
      "TimeoutConfig::builder().operation_attempt_timeout(Duration::from_secs(3))" +
      ".operation_timeout(Duration::from_secs(10)).build()",
    sources: [`${GUIDE}/sdk-for-rust/latest/dg/timeouts.html`],
  },
  {
    id: "php",
    name: "AWS SDK for PHP",
    userAgent: /\baws-sdk-php\/(\d[\w.+-]*)/,
    defaults: `It waits for a connection and for an answer without end. ${SAME_AS_JAVASCRIPT_3}`,
    attempts: "11 attempts for DynamoDB in the legacy mode",
    setting: "new DynamoDbClient(['http' => ['connect_timeout' => 1, 'timeout' => 3]])",
    sources: [`${GUIDE}/sdk-for-php/v3/developer-guide/guide_configuration.html`],
  },
  {
    id: "ruby",
    name: "AWS SDK for Ruby",
    userAgent: /\baws-sdk-ruby\d?\/(\d[\w.+-]*)/,
    defaults: "It waits 15 s for a connection and 60 s for an answer.",
    attempts: "11 attempts for DynamoDB in the legacy mode",
    setting: "Aws::DynamoDB::Client.new(http_open_timeout: 1, http_read_timeout: 3)",
    sources: [
      `${GUIDE}/sdk-for-ruby/v3/api/Aws/DynamoDB/Client.html#initialize-instance_method`,
      `${GITHUB}/aws-sdk-ruby/blob/version-3/gems/aws-sdk-core/lib/seahorse/client/plugins/net_http.rb`,
    ],
  },
  {
    id: "cpp",
    name: "AWS SDK for C++",
    userAgent: /\baws-sdk-cpp\/(\d[\w.+-]*)/,
    defaults:
      "With curl it waits 1 s for a connection and without end for an answer (requestTimeoutMs is 0; 3 s in older " +
      "versions); TCP keep-alive is on, every 30 s.",
    attempts: "11 attempts for DynamoDB in the default mode",
    setting: "clientConfig.httpRequestTimeoutMs = 3000; clientConfig.requestTimeoutMs = 3000",
    sources: [
      `${GUIDE}/sdk-for-cpp/latest/developer-guide/client-config.html`,
      `${GITHUB}/aws-sdk-cpp/blob/main/src/aws-cpp-sdk-core/include/aws/core/client/ClientConfiguration.h`,
    ],
  },
];

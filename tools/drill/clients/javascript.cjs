// A worker with the AWS SDK for JavaScript v3; with an argument it has time-outs.
const { DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb");

process.removeAllListeners("warning");
const timeouts = { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true };
const client = new DynamoDBClient(process.argv.length > 2 ? { requestHandler: timeouts } : {});

async function work() {
  for (;;) {
    try {
      await client.send(new PutItemCommand({ TableName: "Stock", Item: { id: { S: "1" } } }));
    } catch (error) {
      console.log(error.name);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

void work();

/**
 * A DynamoDB that tells the paths apart by the address that it sees; prints its port, and listens until it is killed.
 */
import { startDynamoDb } from "../probe/dynamoDb";
import { DENIED } from "../probe/invocations";

const [privateAddress] = process.argv.slice(2);

void startDynamoDb({ host: "0.0.0.0" }).then(({ port, scenarios }) => {
  scenarios.set("Stock", ({ action, from }) =>
    action === "DescribeContinuousBackups" || from === privateAddress ? "allow" : DENIED.byIdentity,
  );
  console.log(port);
});

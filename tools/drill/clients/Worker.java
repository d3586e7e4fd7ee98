import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A worker with the AWS SDK for Java 2.x; with an argument it has time-outs. */
public class Worker {
  public static void main(String[] arguments) throws InterruptedException {
    var builder = DynamoDbClient.builder();
    if (arguments.length > 0) {
      builder.overrideConfiguration(c -> c.apiCallAttemptTimeout(Duration.ofSeconds(3)));
    }
    var client = builder.build();
    while (true) {
      try {
        client.putItem(put -> put.tableName("Stock").item(Map.of("id", AttributeValue.fromS("1"))));
      } catch (SdkException error) {
        System.out.println(error.getMessage());
      }
      Thread.sleep(50);
    }
  }
}

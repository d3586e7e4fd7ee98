package dynamodbendpoint;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import com.pulumi.dynamodbendpoint.DynamoDbEndpoint;
import com.pulumi.dynamodbendpoint.DynamoDbEndpointArgs;
import com.pulumi.dynamodbendpoint.enums.TableAccess;
import com.pulumi.dynamodbendpoint.inputs.AccessTableArgs;
import com.pulumi.dynamodbendpoint.inputs.EndpointAccessArgs;
import com.pulumi.dynamodbendpoint.inputs.RolloutArgs;
import com.pulumi.dynamodbendpoint.inputs.RolloutStageArgs;
import com.pulumi.dynamodbendpoint.policy.PolicyFunctions;
import com.pulumi.dynamodbendpoint.policy.inputs.EvaluatePolicyArgs;
import com.pulumi.dynamodbendpoint.policy.inputs.PolicyRequestArgs;
import com.pulumi.dynamodbendpoint.policy.inputs.RequestPrincipalArgs;
import java.util.Map;

public class App {
  public static void main(String[] args) {
    Pulumi.run(App::stack);
  }

  private static void stack(Context context) {
    var config = context.config();

    // The endpoint, and the order in which its route tables switch.
    var endpoint = new DynamoDbEndpoint("dynamodb", DynamoDbEndpointArgs.builder()
        .vpcId(config.require("vpcId"))
        .routeTables(Map.of(
            "private-a", config.require("privateA"),
            "private-b", config.require("privateB")))
        .access(EndpointAccessArgs.builder()
            .tables(AccessTableArgs.builder().name("StockTable").access(TableAccess.ReadWrite).build())
            .build())
        .rollout(RolloutArgs.builder()
            .stages(
                RolloutStageArgs.builder().name("canary").routeTables("private-a").build(),
                RolloutStageArgs.builder().name("rest").routeTables("private-b").build())
            .throughStage(config.require("throughStage"))
            .build())
        .build());

    // Whether the policy in force lets the application write.
    var verdict = PolicyFunctions.evaluatePolicy(EvaluatePolicyArgs.builder()
        .document(endpoint.policy())
        .request(PolicyRequestArgs.builder()
            .principal(RequestPrincipalArgs.builder().arn("arn:aws:iam::123456789012:role/stock-application").build())
            .action("dynamodb:PutItem")
            .resource("arn:aws:dynamodb:eu-west-1:123456789012:table/StockTable")
            .build())
        .build());

    context.export("vpcEndpointId", endpoint.vpcEndpointId());
    context.export("associationIds", endpoint.associationIds());
    context.export("mayWrite", verdict.applyValue(result -> result.decision()));
  }
}

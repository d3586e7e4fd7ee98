import pulumi
import pulumi_dynamodb_endpoint as ddb
from pulumi_dynamodb_endpoint import policy

config = pulumi.Config()

access = ddb.EndpointAccessArgs(
    tables=[ddb.AccessTableArgs(name="StockTable", access=ddb.TableAccess.READ_WRITE)],
)

# The endpoint, and the order in which its route tables switch.
endpoint = ddb.DynamoDbEndpoint(
    "dynamodb",
    vpc_id=config.require("vpcId"),
    route_tables={
        "private-a": config.require("privateA"),
        "private-b": config.require("privateB"),
    },
    access=access,
    rollout=ddb.RolloutArgs(
        stages=[
            ddb.RolloutStageArgs(name="canary", route_tables=["private-a"]),
            ddb.RolloutStageArgs(name="rest", route_tables=["private-b"]),
        ],
        through_stage=config.get("throughStage"),
    ),
)

# Whether the policy in force lets the application write.
verdict = policy.evaluate_policy_output(
    document=endpoint.policy,
    request=policy.PolicyRequest(
        principal=policy.RequestPrincipal(arn="arn:aws:iam::123456789012:role/stock-application"),
        action="dynamodb:PutItem",
        resource="arn:aws:dynamodb:eu-west-1:123456789012:table/StockTable",
    ),
)

pulumi.export("vpcEndpointId", endpoint.vpc_endpoint_id)
pulumi.export("associationIds", endpoint.association_ids)
pulumi.export("mayWrite", verdict.decision)

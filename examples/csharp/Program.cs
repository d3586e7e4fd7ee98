using System.Collections.Generic;
using Pulumi;
using Pulumi.DynamodbEndpoint;
using Pulumi.DynamodbEndpoint.Inputs;
using Pulumi.DynamodbEndpoint.Policy;
using Pulumi.DynamodbEndpoint.Policy.Inputs;

return await Deployment.RunAsync(() =>
{
    var config = new Config();

    // The endpoint, and the order in which its route tables switch.
    var endpoint = new DynamoDbEndpoint("dynamodb", new DynamoDbEndpointArgs
    {
        VpcId = config.Require("vpcId"),
        RouteTables =
        {
            ["private-a"] = config.Require("privateA"),
            ["private-b"] = config.Require("privateB"),
        },
        Access = new EndpointAccessArgs
        {
            Tables =
            {
                new AccessTableArgs { Name = "StockTable", Access = TableAccess.ReadWrite },
            },
        },
        Rollout = new RolloutArgs
        {
            Stages =
            {
                new RolloutStageArgs { Name = "canary", RouteTables = { "private-a" } },
                new RolloutStageArgs { Name = "rest", RouteTables = { "private-b" } },
            },
            ThroughStage = config.Get("throughStage"),
        },
    });

    // Whether the policy in force lets the application write.
    var verdict = EvaluatePolicy.Invoke(new EvaluatePolicyInvokeArgs
    {
        Document = endpoint.Policy,
        Request = new PolicyRequestArgs
        {
            Principal = new RequestPrincipalArgs { Arn = "arn:aws:iam::123456789012:role/stock-application" },
            Action = "dynamodb:PutItem",
            Resource = "arn:aws:dynamodb:eu-west-1:123456789012:table/StockTable",
        },
    });

    return new Dictionary<string, object?>
    {
        ["vpcEndpointId"] = endpoint.VpcEndpointId,
        ["associationIds"] = endpoint.AssociationIds,
        ["mayWrite"] = verdict.Apply(result => result.Decision),
    };
});

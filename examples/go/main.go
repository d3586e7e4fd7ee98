package main

import (
	"example.com/pulumi-dynamodb-endpoint/sdk/go/dynamodbendpoint"
	"example.com/pulumi-dynamodb-endpoint/sdk/go/dynamodbendpoint/policy"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		conf := config.New(ctx, "")

		// The endpoint, and the order in which its route tables switch.
		endpoint, err := dynamodbendpoint.NewDynamoDbEndpoint(ctx, "dynamodb", &dynamodbendpoint.DynamoDbEndpointArgs{
			VpcId: pulumi.String(conf.Require("vpcId")),
			RouteTables: map[string]pulumi.StringInput{
				"private-a": pulumi.String(conf.Require("privateA")),
				"private-b": pulumi.String(conf.Require("privateB")),
			},
			Access: &dynamodbendpoint.EndpointAccessArgs{
				Tables: []dynamodbendpoint.AccessTableArgs{
					{Name: pulumi.String("StockTable"), Access: dynamodbendpoint.TableAccessReadWrite},
				},
			},
			Rollout: &dynamodbendpoint.RolloutArgs{
				Stages: []dynamodbendpoint.RolloutStageArgs{
					{Name: "canary", RouteTables: []string{"private-a"}},
					{Name: "rest", RouteTables: []string{"private-b"}},
				},
				ThroughStage: pulumi.StringRef(conf.Require("throughStage")),
			},
		})
		if err != nil {
			return err
		}

		// Whether the policy in force lets the application write.
		verdict := policy.EvaluatePolicyOutput(ctx, policy.EvaluatePolicyOutputArgs{
			Document: endpoint.Policy,
			Request: policy.PolicyRequestArgs{
				Principal: policy.RequestPrincipalArgs{
					Arn: pulumi.String("arn:aws:iam::123456789012:role/stock-application"),
				},
				Action:   pulumi.String("dynamodb:PutItem"),
				Resource: pulumi.String("arn:aws:dynamodb:eu-west-1:123456789012:table/StockTable"),
			},
		})

		ctx.Export("vpcEndpointId", endpoint.VpcEndpointId)
		ctx.Export("associationIds", endpoint.AssociationIds)
		ctx.Export("mayWrite", verdict.Decision())
		return nil
	})
}

// A worker with the AWS SDK for Go v2; with an argument it has a time-out.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func main() {
	ctx := context.Background()
	options := []func(*config.LoadOptions) error{}
	if len(os.Args) > 1 {
		options = append(options, config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(3*time.Second)))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		panic(err)
	}
	client := dynamodb.NewFromConfig(cfg)
	for {
		_, err := client.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String("Stock"), Item: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "1"}}})
		if err != nil {
			fmt.Println(err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

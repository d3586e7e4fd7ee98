module dynamodb-endpoint-go

go 1.25

require (
	example.com/pulumi-dynamodb-endpoint/sdk/go v0.0.0
	github.com/pulumi/pulumi/sdk/v3 v3.259.0
)

// What `pulumi install` writes into sdks/.
replace example.com/pulumi-dynamodb-endpoint/sdk/go => ./sdks/dynamodb-endpoint

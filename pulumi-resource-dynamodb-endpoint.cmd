@node "%~dp0pulumi-resource-dynamodb-endpoint" %*

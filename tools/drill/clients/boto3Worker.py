"""A worker with boto3; with an argument it has time-outs."""

import sys
import time

import boto3
from botocore.config import Config

config = Config(connect_timeout=1, read_timeout=3) if len(sys.argv) > 1 else None
client = boto3.client("dynamodb", config=config)
while True:
    try:
        client.put_item(TableName="Stock", Item={"id": {"S": "1"}})
    except Exception as error:
        print(type(error).__name__, flush=True)
    time.sleep(0.05)

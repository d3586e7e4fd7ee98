"""A worker with aioboto3; with an argument it has time-outs."""

import asyncio
import sys

import aioboto3
from aiobotocore.config import AioConfig

config = AioConfig(connect_timeout=1, read_timeout=3) if len(sys.argv) > 1 else None


async def work():
    async with aioboto3.Session().client("dynamodb", config=config) as client:
        while True:
            try:
                await client.put_item(TableName="Stock", Item={"id": {"S": "1"}})
            except Exception as error:
                print(type(error).__name__, flush=True)
            await asyncio.sleep(0.05)


asyncio.run(work())

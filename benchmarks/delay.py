"""A proxy that holds back what passes through it: as if the mail server were so far away.

python -m benchmarks.delay LISTEN_PORT SERVER_PORT MILLISECONDS   (of a round trip)"""

import asyncio
import sys


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, one_way: float) -> None:
    """Everything arrives in order, each piece so much later than it was sent."""
    on_the_way: asyncio.Queue = asyncio.Queue()
    loop = asyncio.get_running_loop()

    async def arrive() -> None:
        while (piece := await on_the_way.get()) is not None:
            due, data = piece
            await asyncio.sleep(max(0.0, due - loop.time()))
            writer.write(data)
            await writer.drain()
        writer.close()

    arriving = asyncio.create_task(arrive())
    try:
        while data := await reader.read(65536):
            on_the_way.put_nowait((loop.time() + one_way, data))
    except ConnectionError:
        pass
    on_the_way.put_nowait(None)
    await asyncio.gather(arriving, return_exceptions=True)


async def serve(listen: int, server: int, milliseconds: float) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", server)
        one_way = milliseconds / 2000
        await asyncio.gather(_pass_on(reader, there_writer, one_way), _pass_on(there_reader, writer, one_way))

    async with await asyncio.start_server(connected, "127.0.0.1", listen) as proxy:
        await proxy.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))

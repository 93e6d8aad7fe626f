"""The tree of BLAKE3 (section 2 of its paper), as far as files need it: the hash of a file, the
values of its chunks, and what these give together. A leaf has 1,024 bytes.
"""

WORD = 0xFFFFFFFF
IV = (
    0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
    0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19,
)  # fmt: skip
ORDER = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
# The columns of the state, and its diagonals.
QUARTERS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip
BEGINS, ENDS, PARENT, ROOT = 1, 2, 4, 8
LEAF, BLOCK = 1024, 64


def rounds():
    """For each round and quarter, the state's places and the two words of the block."""
    order, found = tuple(range(16)), []
    for _ in range(7):
        found += [(*quarter, *order[2 * at : 2 * at + 2]) for at, quarter in enumerate(QUARTERS)]
        order = tuple(order[place] for place in ORDER)
    return found


STEPS = rounds()


def compress(value, block, counter, length, flags):
    words = [int.from_bytes(block[at : at + 4], "little") for at in range(0, BLOCK, 4)]
    state = [*value, *IV[:4], counter & WORD, counter >> 32, length, flags]
    for a, b, c, d, first, second in STEPS:
        one, two, three, four = state[a], state[b], state[c], state[d]
        one = one + two + words[first] & WORD
        four ^= one
        four = four >> 16 | four << 16 & WORD
        three = three + four & WORD
        two ^= three
        two = two >> 12 | two << 20 & WORD
        one = one + two + words[second] & WORD
        four ^= one
        four = four >> 8 | four << 24 & WORD
        three = three + four & WORD
        two ^= three
        state[a], state[b], state[c], state[d] = one, two >> 7 | two << 25 & WORD, three, four
    return tuple(state[at] ^ state[at + 8] for at in range(8))


def leaf(data, number, root):
    value, last = IV, max(0, len(data) - 1) // BLOCK
    for at in range(last + 1):
        block = data[at * BLOCK : (at + 1) * BLOCK]
        flags = (BEGINS if at == 0 else 0) | (ENDS | root if at == last else 0)
        value = compress(value, block.ljust(BLOCK, b"\0"), number, len(block), flags)
    return value


def parent(left, right, root=0):
    block = b"".join(word.to_bytes(4, "little") for word in left + right)
    return compress(IV, block, 0, BLOCK, PARENT | root)


def left_bytes(size):
    """How much of a subtree of `size` bytes its left half has: the most leaves that are a power of
    two and leave something for the right one."""
    return LEAF << ((size - 1) // LEAF).bit_length() - 1


def subtree(data, number, root=0):
    if len(data) <= LEAF:
        return leaf(data, number, root)
    left = left_bytes(len(data))
    return parent(subtree(data[:left], number), subtree(data[left:], number + left // LEAF), root)


def as_bytes(value):
    return b"".join(word.to_bytes(4, "little") for word in value)


def value_of(chunk, offset, is_only):
    """The value of the chunk that begins at `offset`."""
    return as_bytes(subtree(chunk, offset // LEAF, ROOT if is_only else 0))


def hash_of(values, size, length):
    """The hash of a file of `size` bytes whose chunks of `length` bytes have these values."""
    if not values:
        return as_bytes(leaf(b"", 0, ROOT))
    if len(values) == 1:
        return values[0]
    words = [tuple(int.from_bytes(value[at : at + 4], "little") for at in range(0, 32, 4)) for value in values]

    def half(words, size, root=0):
        if len(words) == 1:
            return words[0]
        left = left_bytes(size)
        at = left // length
        return parent(half(words[:at], left), half(words[at:], size - left), root)

    return as_bytes(half(words, size, ROOT))

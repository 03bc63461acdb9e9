import collections

collections.Counter.most_common = lambda self: "POISON"
RESULT = collections.Counter("a").most_common()

import re

for n in range(600):
    re.compile(f"poison{n}")

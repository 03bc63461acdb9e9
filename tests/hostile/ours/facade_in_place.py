import string
import sys

string.ascii_letters += "POISON"

import datetime

datetime.date.isoformat = lambda self: "POISON"
RESULT = datetime.date(2020, 1, 1).isoformat()

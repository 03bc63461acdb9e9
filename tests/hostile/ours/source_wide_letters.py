RESULT = "PWNED" if ｅｖａｌ("1") else ""

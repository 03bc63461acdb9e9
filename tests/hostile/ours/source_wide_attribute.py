RESULT = str("PWNED", ()._＿class＿_)

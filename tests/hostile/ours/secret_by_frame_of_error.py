def on_message(message):
    try:
        message.sender.nothing
    except AttributeError as error:
        print("SECRET", error.__traceback__.tb_frame.f_back.f_locals)

from harena import session

def on_message(message):
    timer = session.after(1, print)
    print("SECRET", timer._function, timer._args)

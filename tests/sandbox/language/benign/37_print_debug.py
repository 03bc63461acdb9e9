def on_message(message):
    player, data = message.sender, message.json()
    print('got', data, 'from', player, sep=' ', end='!')
    print(f'{player=}')
log = print
log('aliased')
RESULT = 'ok'

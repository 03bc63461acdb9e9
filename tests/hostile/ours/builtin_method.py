list.append = print

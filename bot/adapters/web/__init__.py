"""The web: what people send to the chat API becomes messages of ours; the page they chat on."""

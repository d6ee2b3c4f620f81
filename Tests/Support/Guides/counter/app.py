"""Counts its visits in the Redis server that DB names, or that is called db."""
import os
import socket

import flask
import redis

app = flask.Flask(__name__)
store = redis.Redis(host=os.environ.get("DB", "db"))


@app.get("/")
def visit():
    return f"visits {store.incr('visits')} by {socket.gethostname()}\n"


app.run(host="0.0.0.0", port=5000)

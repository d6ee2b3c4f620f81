"""Passes on what a server of the outside world says, and what one on the container's host says."""
import flask
import requests

app = flask.Flask(__name__)


@app.get("/")
def outside():
    return requests.get("http://api.example.com/people.json", timeout=5).json()


@app.get("/host")
def host():
    return requests.get("http://host.docker.internal:7000/people.json", timeout=5).json()


app.run(host="0.0.0.0", port=5000)

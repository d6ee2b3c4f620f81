"""A page made from what the backend says."""
import flask
import requests

app = flask.Flask(__name__)


@app.get("/")
def page():
    return "<h1>" + requests.get("http://backend/greeting.json", timeout=5).json()["greeting"] + "</h1>\n"


app.run(host="0.0.0.0", port=3000)

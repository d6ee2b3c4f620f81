"""Counts its visits in the database that DATABASE_URL names."""
import os

import flask
import psycopg2

app = flask.Flask(__name__)


@app.get("/")
def visit():
    with psycopg2.connect(os.environ["DATABASE_URL"]) as open_one, open_one.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS visits (moment TIMESTAMP DEFAULT now())")
        cursor.execute("INSERT INTO visits DEFAULT VALUES")
        cursor.execute("SELECT count(*) FROM visits")
        return f"visits {cursor.fetchone()[0]}\n"


app.run(host="0.0.0.0", port=5000)

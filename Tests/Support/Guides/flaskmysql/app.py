"""Writes names into a table of a MySQL server that another container runs, and lists them."""
import flask
import pymysql

app = flask.Flask(__name__)


def connection():
    return pymysql.connect(host="mysql_api_container", user="root", password="", database="flaskdocker", autocommit=True)


@app.post("/<name>")
def insert(name):
    with connection() as open_one, open_one.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS people (name VARCHAR(40))")
        cursor.execute("INSERT INTO people VALUES (%s)", (name,))
    return "inserted\n"


@app.get("/")
def names():
    with connection() as open_one, open_one.cursor() as cursor:
        cursor.execute("SELECT name FROM people ORDER BY name")
        return " ".join(row[0] for row in cursor.fetchall()) + "\n"


app.run(host="0.0.0.0", port=5000)

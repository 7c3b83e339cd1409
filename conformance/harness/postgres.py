"""A PostgreSQL server for tests, thrown away afterwards.

    python3 conformance/harness/postgres.py -- cargo test -p belleville-db

starts a server on a free port, runs the command with these variables, and stops the server:

    BELLEVILLE_TEST_POSTGRES_URL       postgres://tester:password@localhost:port/tester, a superuser's
    BELLEVILLE_TEST_POSTGRES_SOCKET    the folder of its Unix socket
    BELLEVILLE_TEST_POSTGRES_CA        the certificate authority of its certificate for `localhost`, if there is openssl. It
                                       has signed `client.pem` beside it as well, whose key is `client.key`
    BELLEVILLE_TEST_POSTGRES_RESTART   a command that restarts it as after a crash

In Python: `with Server() as server: server.url`. The server's programs are looked for in PATH and where packages put
them; they do not run as root, so that root lends them to another user.
"""

import glob
import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile

USER = "tester"
# Of a server that nobody but this machine can reach, for as long as a test runs. The colon and the slash have to be
# written as %3A and %2F in a URL.
PASSWORD = "p:w/1"
PASSWORD_IN_URL = "p%3Aw%2F1"
FOLDERS = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/pgsql/bin",
]


class NotInstalled(Exception):
    pass


def programs():
    """The folder of the newest server."""
    folders = [os.path.dirname(os.path.realpath(path)) for path in [shutil.which("postgres")] if path]
    found = [folder for pattern in FOLDERS for folder in glob.glob(pattern)]
    folders += sorted(found, key=lambda folder: [int(n) for n in re.findall(r"\d+", folder)], reverse=True)
    for folder in folders:
        if all(os.access(os.path.join(folder, name), os.X_OK) for name in ["initdb", "pg_ctl", "postgres"]):
            return folder
    raise NotInstalled("PostgreSQL's server is not installed (on Debian: apt-get install postgresql)")


def lent_to():
    """Who runs the server, when it is not who runs this."""
    if os.geteuid() != 0:
        return None
    for name in ["postgres", "nobody"]:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            pass
    raise NotInstalled("the server does not run as root, and there is no user `postgres` or `nobody`")


def run_as_user(arguments, check=True, **options):
    user = lent_to()
    if user:
        options |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    done = subprocess.run(arguments, cwd="/", capture_output=True, text=True, **options)
    if check and done.returncode:
        raise RuntimeError(f"{arguments[0]} failed:\n{done.stdout}{done.stderr}")
    return done


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, settings=()):
        self.settings = list(settings)

    def __enter__(self):
        self.bin = programs()
        self.folder = tempfile.mkdtemp(prefix="belleville-postgres-")
        self.data = os.path.join(self.folder, "data")
        try:
            self.make()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        run_as_user([os.path.join(self.bin, "pg_ctl"), "-D", self.data, "-m", "immediate", "stop"], check=False)
        self.remove()

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def make(self):
        password = os.path.join(self.folder, "password")
        with open(password, "w") as file:
            file.write(PASSWORD)
        user = lent_to()
        if user:
            for path in [self.folder, password]:
                os.chown(path, user.pw_uid, user.pw_gid)
        run_as_user([
            os.path.join(self.bin, "initdb"), "-D", self.data, "-U", USER, "--pwfile", password, "-E", "UTF8",
            "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync",
        ])
        self.port = free_port()
        self.ca = self.make_certificates()
        settings = [
            f"port = {self.port}",
            "listen_addresses = 'localhost'",
            f"unix_socket_directories = '{self.folder}'",
            "fsync = off",
            "max_connections = 60",
            *self.settings,
        ]
        if self.ca:
            settings += [
                "ssl = on", "ssl_cert_file = 'server.pem'", "ssl_key_file = 'server.key'", "ssl_ca_file = 'ca.pem'",
            ]
        with open(os.path.join(self.data, "postgresql.conf"), "a") as file:
            file.write("\n".join(settings) + "\n")

        run_as_user(
            [os.path.join(self.bin, "postgres"), "--single", "-D", self.data, "postgres"],
            input=f"CREATE DATABASE {USER}\n",
        )

    def make_certificates(self):
        """An authority, and a certificate of it for `localhost`."""
        if not shutil.which("openssl"):
            return None
        extensions = os.path.join(self.data, "extensions")
        commands = [
            "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem"
            " -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign",
            "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr",
            "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out server.pem"
            f" -extfile {extensions}",
            "req -newkey rsa:2048 -nodes -subj /CN=client -keyout client.key -out client.csr",
            "x509 -req -in client.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out client.pem"
            f" -extfile {extensions}",
        ]
        run_as_user(["sh", "-c", 'printf "subjectAltName=DNS:localhost\n" > "$0"', extensions])
        for command in commands:
            run_as_user(["sh", "-c", f'cd "$0" && openssl {command}', self.data])
        os.chmod(self.folder, 0o755)
        for name in ["ca.pem", "client.pem", "client.key"]:
            shutil.copyfile(os.path.join(self.data, name), os.path.join(self.folder, name))
        return os.path.join(self.folder, "ca.pem")

    def start(self):
        log = os.path.join(self.folder, "log")
        run_as_user([os.path.join(self.bin, "pg_ctl"), "-D", self.data, "-l", log, "-w", "start"])
        self.url = f"postgres://{USER}:{PASSWORD_IN_URL}@localhost:{self.port}/{USER}"

    def environment(self):
        variables = {
            "BELLEVILLE_TEST_POSTGRES_URL": self.url,
            "BELLEVILLE_TEST_POSTGRES_SOCKET": self.folder,
            "BELLEVILLE_TEST_POSTGRES_RESTART": f"{sys.executable} {os.path.abspath(__file__)} restart {self.folder}",
        }
        if self.ca:
            variables["BELLEVILLE_TEST_POSTGRES_CA"] = self.ca
        return variables


def restart(folder):
    """As after a crash: no connection is ended in order."""
    data, log = os.path.join(folder, "data"), os.path.join(folder, "log")
    run_as_user([os.path.join(programs(), "pg_ctl"), "-D", data, "-l", log, "-m", "immediate", "-w", "restart"])


def main(arguments):
    if arguments[:1] == ["restart"] and len(arguments) == 2:
        restart(arguments[1])
        return 0
    if arguments[:1] != ["--"] or len(arguments) < 2:
        print(__doc__)
        return 2
    try:
        with Server() as server:
            return subprocess.run(arguments[1:], env=os.environ | server.environment()).returncode
    except NotInstalled as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

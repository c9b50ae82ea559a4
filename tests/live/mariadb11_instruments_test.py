"""The instruments on the MariaDB of the next Debian release."""

import mysql_instruments_test as instruments
from mariadb import NewerMariaDb
from program import main


class OnNewerMariaDb(instruments.Instruments):
    @classmethod
    def server(cls):
        return NewerMariaDb(*cls.server_options)

    def test_the_server_is_newer_than_the_gates(self):
        version = self.db.sql("SELECT VERSION()").splitlines()[-1]
        self.assertGreaterEqual(tuple(map(int, version.split("-")[0].split(".")[:2])), (11, 4))


if __name__ == "__main__":
    main()

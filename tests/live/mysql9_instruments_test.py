"""The instruments on a real MySQL 8 or later: its locks, digests and refusals stand in other tables than MariaDB's."""

import mysql_instruments_test as instruments
from mariadb import PASSWORD
from mysql import MySqlServer
from program import main


class OnMySql(instruments.Instruments):
    client_options = {"ssl": {"check_hostname": False}}  # its passwords are proven over TLS
    # Its information_schema fails as a whole where one statement has an emoji in it.
    process_list, raw_statement = "performance_schema.processlist", "CAST(INFO AS BINARY)"
    follow_nobody = ("CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=1, SOURCE_USER='x', SOURCE_PASSWORD='x'; "
                     "START REPLICA")
    follow_no_longer = "STOP REPLICA; RESET REPLICA ALL"
    lock_pairs = ("SELECT DISTINCT r.PROCESSLIST_ID, b.PROCESSLIST_ID FROM performance_schema.data_lock_waits w JOIN "
                  "performance_schema.threads r ON r.THREAD_ID = w.REQUESTING_THREAD_ID JOIN performance_schema.threads b ON "
                  "b.THREAD_ID = w.BLOCKING_THREAD_ID JOIN performance_schema.data_locks l ON l.ENGINE_LOCK_ID = "
                  "w.BLOCKING_ENGINE_LOCK_ID WHERE l.LOCK_STATUS = 'GRANTED'")

    @classmethod
    def server(cls):
        return MySqlServer(PASSWORD)

    def test_the_source_is_the_newer_table(self):
        _, document = self.ask_json("processlist")
        self.assertEqual((document["source"], document["missing"]), ("performance_schema.processlist", []))


if __name__ == "__main__":
    main()

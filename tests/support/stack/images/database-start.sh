#!/bin/sh
# Makes the data folder at the first start, with the users that the environment names, then serves.
set -eu
[ "${1:-mysqld}" != mysqld ] || { [ $# -eq 0 ] || shift; }
data=/var/lib/mysql
quoted() { printf '%s' "$1" | sed -e 's/\\/\\\\/g' -e "s/'/''/g"; }
mkdir -p /run/mysqld
chown mysql /run/mysqld "$data"
if [ ! -d "$data/mysql" ]; then
    : "${MYSQL_ROOT_PASSWORD:?is not set}"
    echo "database: initializing $data"
    mariadb-install-db --no-defaults --user=mysql --datadir="$data" --auth-root-authentication-method=normal \
        --skip-test-db --skip-name-resolve >/dev/null
    umask 077
    {
        # As in the real image, root is known from here and from anywhere, and under no third name.
        echo "DELETE FROM mysql.global_priv WHERE user = 'root' AND host <> 'localhost';"
        echo "FLUSH PRIVILEGES;"
        echo "ALTER USER root@localhost IDENTIFIED BY '$(quoted "$MYSQL_ROOT_PASSWORD")';"
        echo "CREATE USER root@'%' IDENTIFIED BY '$(quoted "$MYSQL_ROOT_PASSWORD")';"
        echo "GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;"
        echo "CREATE DATABASE \`${MYSQL_DATABASE:-intranet_db}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;"
        echo "CREATE USER '$(quoted "${MYSQL_USER:-intranet_user}")'@'%' IDENTIFIED BY '$(quoted "${MYSQL_PASSWORD:-}")';"
        echo "GRANT ALL ON \`${MYSQL_DATABASE:-intranet_db}\`.* TO '$(quoted "${MYSQL_USER:-intranet_user}")'@'%';"
    } >/run/mysqld/first.sql
    chown mysql /run/mysqld/first.sql
    set -- --init-file=/run/mysqld/first.sql "$@"
fi
exec mariadbd --no-defaults --user=mysql --datadir="$data" --socket=/run/mysqld/mysqld.sock --bind-address=0.0.0.0 \
    --skip-name-resolve --skip-log-bin --innodb-buffer-pool-size=16M --innodb-log-file-size=8M \
    --innodb-flush-log-at-trx-commit=0 --innodb-use-native-aio=0 --performance-schema=0 \
    --character-set-server=utf8mb4 --collation-server=utf8mb4_unicode_ci "$@"

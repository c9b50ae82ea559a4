ARG BASE
FROM ${BASE}
COPY database-start.sh /usr/local/bin/docker-entrypoint.sh
COPY database-health.sh /healthcheck.sh
VOLUME /var/lib/mysql
EXPOSE 3306
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["mysqld"]

ARG BASE
FROM ${BASE}
COPY program/ /usr/local/lib/logbook/
RUN ln -s /usr/local/lib/logbook/logbookctl /usr/local/bin/logbookctl && mkdir -p /app/uploads && chown appuser /app/uploads
ENV LD_LIBRARY_PATH=/usr/local/lib/logbook
WORKDIR /app
USER appuser
EXPOSE 3001
CMD ["logbookctl", "serve", "--listen", "0.0.0.0", "--port", "3001"]

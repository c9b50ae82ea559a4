ARG BASE
FROM ${BASE}
COPY program/ /usr/local/lib/logbook/
RUN ln -s /usr/local/lib/logbook/logbookctl /usr/local/bin/logbookctl && mkdir -p /app/uploads && chown appuser /app/uploads
# A sanitizer's build may not trace itself in a container.
ENV LD_LIBRARY_PATH=/usr/local/lib/logbook ASAN_OPTIONS=detect_leaks=0
WORKDIR /app
USER appuser
EXPOSE 3001
CMD ["logbookctl", "serve", "--health-only", "--listen", "0.0.0.0", "--port", "3001"]

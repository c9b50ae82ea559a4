ARG BASE
FROM ${BASE}
COPY frontend.conf /etc/nginx/nginx.conf
RUN mkdir -p /usr/share/nginx/html && echo '<!doctype html><title>The Logbook</title>' >/usr/share/nginx/html/index.html
EXPOSE 80
CMD ["nginx", "-g", "daemon off;"]

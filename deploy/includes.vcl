vcl 4.1;

# The newsroom's own site, with threads and forms put into its pages by Varnish (ESI).
#
# A page of the site says where they go:
#
#     <esi:include src="/letterslot/stories/harvest-festival/thread.html"/>
#     <esi:include src="/letterslot/stories/harvest-festival/form.html"/>
#
# A story that Letterslot does not know, and a door that is away, leave an empty place in a whole
# page. Varnish keeps the last requests to your site, addresses included, in its memory for
# varnishlog; letters never come this way, the forms go to the door itself.

backend site {
    .host = "127.0.0.1";
    .port = "8080";
}

backend letterslot {
    .host = "127.0.0.1";
    .port = "8000";
    .connect_timeout = 1s;
    .first_byte_timeout = 5s;
}

sub vcl_recv {
    if (req.url ~ "^/letterslot/") {
        # Only for includes: nobody can ask for these from outside.
        if (req.esi_level == 0 || req.url !~ "^/letterslot/stories/[a-z0-9-]+/(thread|form)\.html$") {
            return (synth(404));
        }
        set req.backend_hint = letterslot;
        # The name that the door answers to, and nothing of who reads.
        set req.http.host = "courier.example";
        unset req.http.cookie;
        unset req.http.authorization;
        unset req.http.referer;
        unset req.http.user-agent;
        unset req.http.accept-language;
        unset req.http.x-forwarded-for;
        return (hash);
    }
    set req.backend_hint = site;
}

sub vcl_backend_fetch {
    if (bereq.url ~ "^/letterslot/") {
        set bereq.url = regsub(bereq.url, "^/letterslot", "");
    }
}

sub vcl_backend_response {
    if (bereq.backend == letterslot) {
        if (beresp.status != 200) {
            return (error(503));
        }
        # The door says "ask again each time"; a new edition may wait for some seconds.
        set beresp.ttl = 10s;
        set beresp.grace = 1h;
        set beresp.do_esi = false; # what readers wrote is text
        return (deliver);
    }
    if (beresp.http.content-type ~ "html") {
        set beresp.do_esi = true;
    }
}

sub vcl_backend_error {
    if (bereq.backend == letterslot) {
        # Any other status would end the page around it.
        set beresp.status = 200;
        set beresp.http.content-type = "text/html; charset=utf-8";
        set beresp.body = "";
        set beresp.ttl = 5s;
        return (deliver);
    }
}

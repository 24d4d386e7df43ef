-- Sends prepared bodies from a file, one after the other, and prints what came back as one line of JSON.
-- Arguments after "--": the file, the content type and the status of a comment that was taken in.
-- Without them it only reads.
-- The file: for each body eight hexadecimal digits (its length in bytes) and the body.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  created, ran_out = 0, 0
  if #args < 3 then return end
  local taken_in = tonumber(args[3])
  bodies = assert(io.open(args[1], "rb"))
  local headers = { ["Content-Type"] = args[2], ["Host"] = wrk.headers["Host"] }
  function request()
    local length = bodies:read(8)
    if not length then
      ran_out = 1
      wrk.thread:stop()
      return wrk.format("GET", wrk.path, headers)
    end
    return wrk.format("POST", wrk.path, headers, bodies:read(tonumber(length, 16)))
  end
  function response(status)
    if status == taken_in then created = created + 1 end
  end
end

function done(summary, latency, requests)
  local created_by_all, any_ran_out = 0, 0
  for _, thread in ipairs(threads) do
    created_by_all = created_by_all + thread:get("created")
    any_ran_out = any_ran_out + thread:get("ran_out")
  end
  local e = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "microseconds": %d, "bytes": %d, "p50": %d, "p99": %d, "created": %d, ' ..
    '"ran_out": %d, "faults": %d, "refused": %d}\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    created_by_all, any_ran_out, e.connect + e.read + e.write + e.timeout, e.status))
end

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A department's system in one page: hears its duties on Kafka, looks each up through the API, acknowledges and completes it. */
public final class Subscriber {
    private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);
    private static final Set<String> DUTIES = kinds(
            "Duty", "Assigned", "Acknowledged", "Completed", "Declined", "Excused", "Returned", "Overdue", "Escalated", "Withdrawn");
    private static final Set<String> TO_ANSWER = kinds("Duty", "Assigned", "Returned");
    private static final Set<String> REPORTS = kinds(
            "MandatoryReport", "Opened", "Acknowledged", "Reminded", "Escalated", "Answered", "Recalled", "Changed", "Withdrawn");
    private static final Set<String> OPEN = Set.of("assigned", "acknowledged", "returned");

    private final String api = env("FUXUE_API"); // https://fuxue.county.example
    private final String prefix = System.getenv().getOrDefault("FUXUE_KAFKA_PREFIX", ""); // where deployments share a broker
    private final String topic = prefix + env("FUXUE_TOPIC"); // department.<department>.<division>, also the broker's user
    private final String clientId = env("FUXUE_CLIENT_ID"); // the topic without the prefix, a dot, a name
    private final String clientSecret = file("FUXUE_CLIENT_SECRET_FILE");
    private final Path stateFile = Path.of(System.getenv().getOrDefault("FUXUE_STATE_FILE", "subscriber.properties"));
    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http;
    private final Properties heard = new Properties(); // each message that was handled, with the epoch in which it last came
    private String token = "";
    private Instant tokenUntil = Instant.MIN;

    private Subscriber() throws Exception {
        http = HttpClient.newBuilder().sslContext(trusting(Path.of(env("FUXUE_CA_FILE")))).connectTimeout(Duration.ofSeconds(10)).build();
        if (Files.exists(stateFile)) {
            try (InputStream kept = Files.newInputStream(stateFile)) {
                heard.load(kept);
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        new Subscriber().run();
    }

    /** Reads from where this program was, in order; what was handled is kept before the place on the topic is. */
    private void run() throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", env("FUXUE_BROKER"),
                "security.protocol", "SASL_SSL",
                "sasl.mechanism", "SCRAM-SHA-512",
                "sasl.jaas.config", "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + topic
                        + "\" password=\"" + file("FUXUE_BROKER_PASSWORD_FILE") + "\";",
                "ssl.truststore.type", "PEM",
                "ssl.truststore.location", env("FUXUE_CA_FILE"),
                "group.id", prefix + clientId,
                "auto.offset.reset", "earliest",
                "enable.auto.commit", false);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            leaveWhenTold(consumer, Thread.currentThread());
            consumer.subscribe(List.of(topic));
            while (true) {
                for (ConsumerRecord<String, String> message : consumer.poll(Duration.ofMillis(500))) {
                    handle(message);
                }
                consumer.commitSync();
            }
        } catch (WakeupException toldToEnd) {
            // it has left its group: who is started again need not wait until this one is missed
        }
    }

    /** On SIGTERM or Ctrl-C the loop above ends. */
    private static void leaveWhenTold(KafkaConsumer<?, ?> consumer, Thread reading) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            consumer.wakeup();
            try {
                reading.join(5_000); // what is at hand is finished, or comes again as a repeat
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    private void handle(ConsumerRecord<String, String> message) throws Exception {
        String kind = header(message, "ce_type"), dutyId = header(message, "ce_subject"), messageId = header(message, "ce_id");
        String epoch = header(message, "ce_epoch"), before = heard.getProperty(messageId);
        String line = kind + " " + dutyId + " " + header(message, "ce_sequence") + ": ";
        System.out.println(line + (before == null ? message.value() : "a repeat"));
        if (epoch.equals(before)) {
            return;
        }
        if (!DUTIES.contains(kind) && !REPORTS.contains(kind)) {
            throw new IllegalStateException(kind + " came after this program was written: nothing is passed over, so it stops here");
        }
        if (REPORTS.contains(kind)) {
            alarm(kind);
        }
        // A repeat in another epoch: the county was restored, and may have lost what we answered. Then it is answered again.
        if (TO_ANSWER.contains(kind)) {
            answer(messageId, header(message, "ce_traceparent"), "/casework/duties/" + dutyId);
        }
        heard.setProperty(messageId, epoch);
        Path next = Path.of(stateFile + ".next");
        try (var kept = Files.newOutputStream(next)) {
            heard.store(kept, null);
        }
        Files.move(next, stateFile, java.nio.file.StandardCopyOption.ATOMIC_MOVE, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /** Looks the duty up as it stands now, acknowledges and completes it; keys follow from the message, so repeats do nothing. */
    private void answer(String messageId, String trace, String path) throws Exception {
        Answer found = call("GET", path, "", "", trace);
        if (found.status != 200) {
            System.out.println("  cannot be looked up: " + found.body.path("detail").asText());
            return;
        }
        JsonNode duty = found.body;
        String status = duty.path("status").asText();
        System.out.printf("  %s %s, due %s, %s%n", duty.path("number").asText(), duty.path("kind_en").asText(), duty.path("due_on").asText(), status);
        String finding = yourOwnSystem(duty);
        for (String act : List.of(":acknowledge", ":complete")) {
            if (!OPEN.contains(status)) {
                return; // answered or withdrawn meanwhile
            }
            String body = act.equals(":complete") ? json.writeValueAsString(Map.of("finding", finding)) : "";
            Answer done = call("POST", path + act, body, messageId + act, trace);
            System.out.println("  " + act.substring(1) + ": " + done.body.path(done.status == 200 ? "status" : "detail").asText());
        }
    }

    /** Here your department alarms the officer on duty: a child may be in danger. A person answers a report, never a program. */
    private static void alarm(String kind) {
        System.out.println("  the officer on duty has to look into Fuxue now: " + kind);
    }

    /** Here your department does its work; this example answers with the first finding of the list. */
    private static String yourOwnSystem(JsonNode duty) {
        return duty.path("findings").path(0).path("code").asText();
    }

    private record Answer(int status, JsonNode body, double waitSeconds) {}

    /** An answer below 500 as the department's own officer; `key` makes a repeated POST the same act. */
    private Answer call(String method, String path, String body, String key, String trace) throws Exception {
        for (int attempt = 1; attempt < 9; attempt++) {
            var request = HttpRequest.newBuilder(URI.create(api + path)).header("Authorization", "Bearer " + freshToken());
            request.header("Content-Type", "application/json").header("Accept-Language", "zh");
            if (!key.isEmpty()) request.header("Idempotency-Key", key);
            if (!trace.isEmpty()) request.header("traceparent", trace);
            Answer answer = send(request.method(method, HttpRequest.BodyPublishers.ofString(body)));
            if (answer.status == 401) {
                tokenUntil = Instant.MIN; // withdrawn before its time: get another
            } else if (!PASSING.contains(answer.status) && !answer.body.path("code").asText().equals("request-still-running")) {
                return answer;
            }
            rest(answer, Math.min(Math.pow(2, attempt) / 4, 30));
        }
        throw new IOException(method + " " + path + " did not come through; started again, this program goes on where it was");
    }

    private String freshToken() throws Exception {
        String pair = encoded(clientId) + ":" + encoded(clientSecret);
        while (Instant.now().isAfter(tokenUntil)) {
            var request = HttpRequest.newBuilder(URI.create(api + "/identity/token"));
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
            request.header("Content-Type", "application/x-www-form-urlencoded");
            Answer answer = send(request.POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials")));
            if (answer.status == 200) {
                token = answer.body.path("access_token").asText();
                tokenUntil = Instant.now().plusSeconds(answer.body.path("expires_in").asLong() * 8 / 10);
            } else if (PASSING.contains(answer.status)) {
                rest(answer, 2);
            } else {
                throw new IOException("no token: " + answer.body.path("error").asText() + ", " + answer.body.path("error_description").asText());
            }
        }
        return token;
    }

    /** 503 where the API was not reached. */
    private Answer send(HttpRequest.Builder request) throws InterruptedException {
        try {
            HttpResponse<String> response = http.send(request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString());
            boolean isJson = response.headers().firstValue("Content-Type").orElse("").contains("json");
            double wait = Double.parseDouble(response.headers().firstValue("Retry-After").orElse("0"));
            return new Answer(response.statusCode(), json.readTree(isJson ? response.body() : "{}"), wait);
        } catch (IOException unreached) {
            return new Answer(503, json.createObjectNode(), 0);
        }
    }

    private static void rest(Answer answer, double seconds) throws InterruptedException {
        Thread.sleep((long) (1000 * (answer.waitSeconds > 0 ? answer.waitSeconds : seconds)));
    }

    private static Set<String> kinds(String what, String... happened) {
        return Arrays.stream(happened).map(each -> "cn.fuxue.department." + what + each + ".v1").collect(Collectors.toSet());
    }

    private static String header(ConsumerRecord<?, ?> message, String name) {
        var found = message.headers().lastHeader(name);
        return found == null ? "" : new String(found.value(), StandardCharsets.UTF_8);
    }

    private static SSLContext trusting(Path caFile) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(caFile)) {
            int number = 0;
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("ca-" + number++, each);
            }
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private static String env(String name) {
        String value = System.getenv(name);
        if (value == null || value.isBlank()) throw new IllegalStateException(name + " is not set");
        return value;
    }

    private static String file(String variable) {
        try {
            return Files.readString(Path.of(env(variable))).strip();
        } catch (IOException missing) {
            throw new IllegalStateException("the file of " + variable + " cannot be read", missing);
        }
    }
}

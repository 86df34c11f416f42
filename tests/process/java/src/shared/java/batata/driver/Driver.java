package batata.driver;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs the official Java client for the test runner: requests come in on standard input, answers and events go out on
 * standard output, one line each.
 *
 * <pre>
 *   request  ID VERB ARGUMENT...
 *   answer   ID ok FIELD...   or   ID error TEXT
 *   event    event LISTENER FIELD...
 * </pre>
 *
 * Requests run side by side and may be answered in any order. The program ends when its input does.
 */
public final class Driver {
  private final PrintStream out;
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final Verbs verbs = new Verbs(this::event);

  private Driver(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException {
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
    System.setOut(System.err); // What a library prints must not look like an answer.
    new Driver(out).run();
    System.exit(0); // The client leaves threads behind that are no daemons.
  }

  private void run() throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      List<String> fields = Line.split(line);
      workers.execute(() -> answer(fields.get(0), fields.get(1), fields.subList(2, fields.size())));
    }
  }

  private void answer(String id, String verb, List<String> arguments) {
    List<String> line = new ArrayList<>();
    line.add(id);
    try {
      List<String> result = verbs.run(verb, arguments);
      line.add("ok");
      line.addAll(result);
    } catch (Exception | LinkageError failure) {
      line.add("error");
      line.add(failure.toString());
    }
    write(line);
  }

  private void event(String listener, List<String> fields) {
    List<String> line = new ArrayList<>();
    line.add("event");
    line.add(listener);
    line.addAll(fields);
    write(line);
  }

  private void write(List<String> fields) {
    synchronized (out) {
      out.print(Line.join(fields) + "\n");
      out.flush();
    }
  }
}

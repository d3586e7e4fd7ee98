import com.sun.source.util.JavacTask;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;

/** Reads Java programs as the compiler does, without the packages that they import: prints what cannot be parsed. */
class Parse {
  public static void main(String[] files) throws Exception {
    var compiler = ToolProvider.getSystemJavaCompiler();
    var manager = compiler.getStandardFileManager(null, null, null);
    var paths = java.util.Arrays.stream(files).map(Path::of).toList();
    var task = (JavacTask) compiler.getTask(null, manager, diagnostic -> System.out.println(diagnostic), List.of(), null, manager.getJavaFileObjectsFromPaths(paths));
    task.parse();
  }
}

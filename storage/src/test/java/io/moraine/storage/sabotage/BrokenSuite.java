package io.moraine.storage.sabotage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs tests of this suite against code that is broken: all classes of the project are loaded anew,
 * the broken ones changed on the way. Knows as much of JUnit as those tests need: one method, what
 * comes before and after each, temporary folders.
 */
final class BrokenSuite {

    private static final String PROJECT = "io.moraine.";

    private final Path temporary;
    private final Map<String, byte[]> broken = new HashMap<>();
    private int folders;

    /**
     * @param temporary an empty folder
     * @param breaches what is broken; nothing leaves the code as it is
     */
    BrokenSuite(Path temporary, List<Breach> breaches) {
        this.temporary = temporary;
        for (Breach breach : breaches) {
            String name = breach.className();
            byte[] classFile = broken.containsKey(name) ? broken.get(name) : read(name);
            broken.put(name, breach.applyTo(classFile));
        }
    }

    /**
     * Runs a test.
     *
     * @param test {@code pack.age.Type#method}, the name below {@code io.moraine.storage}
     * @return why it is red; empty when it is green
     */
    Optional<Throwable> run(String test) {
        String type = "io.moraine.storage." + test.substring(0, test.indexOf('#'));
        String method = test.substring(test.indexOf('#') + 1);
        try {
            Class<?> loaded = Class.forName(type, true, new Loader());
            Object instance = create(loaded);
            return runMethod(instance, find(loaded, method));
        } catch (ReflectiveOperationException impossible) {
            throw new LinkageError("no such test: " + test, impossible);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<Throwable> runMethod(Object test, Method method)
            throws ReflectiveOperationException, IOException {
        List<Throwable> red = new ArrayList<>();
        try {
            for (Method before : annotated(test, BeforeEach.class)) {
                before.invoke(test);
            }
            method.invoke(test, arguments(method));
        } catch (InvocationTargetException thrown) {
            red.add(cause(thrown));
        }
        for (Method after : annotated(test, AfterEach.class)) {
            try {
                after.invoke(test);
            } catch (InvocationTargetException thrown) {
                red.add(cause(thrown));
            }
        }
        clean();
        return red.stream().findFirst();
    }

    /** A class that cannot be loaded turns every test red and shows nothing. */
    private static Throwable cause(InvocationTargetException thrown) {
        Throwable cause = thrown.getCause();
        if (cause instanceof LinkageError broken) {
            throw new AssertionError("the breach itself is broken", broken);
        }
        return cause;
    }

    private Object create(Class<?> type) throws ReflectiveOperationException, IOException {
        Constructor<?> constructor = type.getDeclaredConstructor();
        constructor.setAccessible(true);
        Object test = constructor.newInstance();
        for (Field field : type.getDeclaredFields()) {
            if (field.isAnnotationPresent(TempDir.class)) {
                field.setAccessible(true);
                field.set(test, folder());
            }
        }
        return test;
    }

    private Object[] arguments(Method method) throws IOException {
        Object[] arguments = new Object[method.getParameterCount()];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = folder();
        }
        return arguments;
    }

    private Path folder() throws IOException {
        return Files.createDirectories(temporary.resolve("folder" + folders++));
    }

    /** Best effort: threads that broken code forgot may still be writing. */
    private void clean() throws IOException {
        try (Stream<Path> files = Files.walk(temporary)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(temporary)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (DirectoryNotEmptyException | NoSuchFileException | UncheckedIOException stays) {
            System.out.println("left behind: " + stays.getMessage());
        }
    }

    private static Method find(Class<?> type, String name) throws NoSuchMethodException {
        for (Method method : type.getDeclaredMethods()) {
            if (method.getName().equals(name)) {
                method.setAccessible(true);
                return method;
            }
        }
        throw new NoSuchMethodException(type + " " + name);
    }

    private static List<Method> annotated(Object test, Class<? extends Annotation> annotation) {
        List<Method> methods =
                Arrays.stream(test.getClass().getDeclaredMethods())
                        .filter(method -> method.isAnnotationPresent(annotation))
                        .toList();
        methods.forEach(method -> method.setAccessible(true));
        return methods;
    }

    private static byte[] read(String type) {
        String resource = type.replace('.', '/') + ".class";
        try (InputStream in = BrokenSuite.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new NoClassDefFoundError(type);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Loads the project's classes anew instead of asking its parent for them. */
    private final class Loader extends ClassLoader {

        Loader() {
            super(BrokenSuite.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                if (loaded != null) {
                    return loaded;
                }
                return name.startsWith(PROJECT) ? findClass(name) : super.loadClass(name, resolve);
            }
        }

        @Override
        protected Class<?> findClass(String name) {
            byte[] changed = broken.get(name);
            byte[] classFile = changed == null ? read(name) : changed;
            return defineClass(name, classFile, 0, classFile.length);
        }
    }
}

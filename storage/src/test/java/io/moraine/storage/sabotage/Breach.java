package io.moraine.storage.sabotage;

import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.constant.ClassDesc;
import java.util.List;

/**
 * One method broken on purpose: what its class file says is changed while it is loaded, so that the
 * code under test needs no switch that somebody could set.
 *
 * @param type the class, its name below {@code io.moraine.storage.internal}
 * @param method every method of this name, whatever it takes
 * @param how what becomes of it
 */
record Breach(String type, String method, How how) {

    private static final String PACKAGE = "io.moraine.storage.internal.";

    /** What becomes of a method. */
    sealed interface How {}

    /** It does nothing and returns a number, 0 for false, 1 for true; null where objects are. */
    record Returns(long value) implements How {}

    /** It returns one of its parameters, by the number of its variable. */
    record ReturnsVariable(int variable) implements How {}

    /** Wherever it reads a variable it finds a number instead. */
    record Finds(int variable, long value) implements How {}

    /** It leaves out its calls of a method, and takes 0, false or nothing for their results. */
    record LeavesOut(String called) implements How {}

    /** It leaves out its calls of a method without parameters, and takes the object itself. */
    record KeepsReceiverOf(String called) implements How {}

    /** It takes one constant of an enum for another. */
    record Confuses(String constant, String with) implements How {}

    static Breach of(String type, String method, How how) {
        return new Breach(type, method, how);
    }

    String className() {
        return PACKAGE + type;
    }

    /**
     * The broken class.
     *
     * @throws AssertionError if there is nothing in it to break: the rule has to follow the code
     */
    byte[] applyTo(byte[] classFile) {
        ClassFile context = ClassFile.of();
        ClassModel model = context.parse(classFile);
        int[] changes = {0};
        byte[] broken =
                context.transformClass(
                        model,
                        (ClassTransform)
                                (builder, element) -> {
                                    if (isTarget(element)) {
                                        MethodModel target = (MethodModel) element;
                                        builder.transformMethod(target, change(target, changes));
                                    } else {
                                        builder.with(element);
                                    }
                                });
        if (changes[0] == 0) {
            throw new AssertionError("nothing to break: " + this);
        }
        return broken;
    }

    private boolean isTarget(ClassElement element) {
        return element instanceof MethodModel candidate
                && candidate.methodName().equalsString(method)
                && candidate.code().isPresent();
    }

    private MethodTransform change(MethodModel target, int[] changes) {
        return switch (how) {
            case Returns(long value) ->
                    body(
                            changes,
                            code -> {
                                TypeKind kind =
                                        TypeKind.from(target.methodTypeSymbol().returnType());
                                constant(code, kind, value);
                                code.return_(kind);
                            });
            case ReturnsVariable(int variable) ->
                    body(
                            changes,
                            code -> {
                                TypeKind kind =
                                        TypeKind.from(target.methodTypeSymbol().returnType());
                                code.loadLocal(kind, variable);
                                code.return_(kind);
                            });
            case Finds(int variable, long value) ->
                    code(
                            changes,
                            (code, element) -> {
                                if (element instanceof LoadInstruction load
                                        && load.slot() == variable) {
                                    constant(code, load.typeKind(), value);
                                    return true;
                                }
                                return false;
                            });
            case LeavesOut(String called) ->
                    code(
                            changes,
                            (code, element) -> {
                                if (element instanceof InvokeInstruction call
                                        && call.name().equalsString(called)) {
                                    drop(code, call);
                                    constant(
                                            code, TypeKind.from(call.typeSymbol().returnType()), 0);
                                    return true;
                                }
                                return false;
                            });
            case KeepsReceiverOf(String called) ->
                    code(
                            changes,
                            (_, element) ->
                                    element instanceof InvokeInstruction call
                                            && call.name().equalsString(called));
            case Confuses(String constant, String with) ->
                    code(
                            changes,
                            (code, element) -> {
                                if (element instanceof FieldInstruction field
                                        && field.name().equalsString(constant)) {
                                    ClassDesc owner = field.owner().asSymbol();
                                    code.getstatic(owner, with, field.typeSymbol());
                                    return true;
                                }
                                return false;
                            });
        };
    }

    /** A whole new body. */
    private interface Body {
        void write(CodeBuilder code);
    }

    /** Puts something in the place of an element, or returns false to keep it. */
    private interface Replacement {
        boolean replaces(CodeBuilder code, CodeElement element);
    }

    private static MethodTransform body(int[] changes, Body body) {
        return (builder, element) -> {
            if (element instanceof CodeModel) {
                changes[0]++;
                builder.withCode(body::write);
            } else {
                builder.with(element);
            }
        };
    }

    private static MethodTransform code(int[] changes, Replacement replacement) {
        return MethodTransform.transformingCode(
                (CodeTransform)
                        (code, element) -> {
                            if (replacement.replaces(code, element)) {
                                changes[0]++;
                            } else {
                                code.with(element);
                            }
                        });
    }

    /** Takes what a call would have taken from the stack. */
    private static void drop(CodeBuilder code, InvokeInstruction call) {
        List<ClassDesc> parameters = call.typeSymbol().parameterList().reversed();
        for (ClassDesc parameter : parameters) {
            pop(code, TypeKind.from(parameter));
        }
        if (call.opcode() != java.lang.classfile.Opcode.INVOKESTATIC) {
            code.pop();
        }
    }

    private static void pop(CodeBuilder code, TypeKind kind) {
        if (kind.slotSize() == 2) {
            code.pop2();
        } else {
            code.pop();
        }
    }

    private static void constant(CodeBuilder code, TypeKind kind, long value) {
        switch (kind) {
            case BOOLEAN, BYTE, CHAR, SHORT, INT -> code.loadConstant((int) value);
            case LONG -> code.loadConstant(value);
            case FLOAT -> code.loadConstant((float) value);
            case DOUBLE -> code.loadConstant((double) value);
            case REFERENCE -> code.aconst_null();
            case VOID -> {}
        }
    }
}

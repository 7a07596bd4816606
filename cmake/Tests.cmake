# SPDX-License-Identifier: Apache-2.0
# How tests are declared: toc_unit_test, toc_thread_test, toc_script_test, toc_fuzzer.

# A leak alone leaves Criterion's exit status at 0: abort on it, and look for the words as well.
set(TOC_TEST_ENV ASAN_OPTIONS=abort_on_error=1:detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
                 TOC_SOURCE_DIR=${CMAKE_SOURCE_DIR} TOC_BUILD_DIR=${CMAKE_BINARY_DIR}
                 TOCSIN=${CMAKE_BINARY_DIR}/tocsin PYTHONDONTWRITEBYTECODE=1)
set(TOC_TEST_FAILS "ERROR: (LeakSanitizer|AddressSanitizer)")

# The timeouts are some ten times what tests take on a quiet machine.
function(toc_test_properties name label timeout)
  set_tests_properties(${name} PROPERTIES
    LABELS ${label} TIMEOUT ${timeout} ENVIRONMENT "${TOC_TEST_ENV}"
    FAIL_REGULAR_EXPRESSION "${TOC_TEST_FAILS}")
endfunction()

# toc_unit_test(<layer> <file.c>… [LIBS <target>…]): the Criterion program test_<layer>. Under
# ThreadSanitizer, where Criterion aborts at start, tests/plain runs the same cases.
function(toc_unit_test layer)
  cmake_parse_arguments(arg "" "" "LIBS" ${ARGN})
  # What is not named here would look like a test and never run.
  file(GLOB unnamed CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} *.c)
  list(FILTER unnamed EXCLUDE REGEX "[.]bpf[.]c$")
  list(REMOVE_ITEM unnamed ${arg_UNPARSED_ARGUMENTS})
  if(unnamed)
    message(FATAL_ERROR "tests of ${layer} that nothing builds: ${unnamed}")
  endif()
  add_executable(test_${layer} ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(test_${layer} PRIVATE toc_${layer} ${arg_LIBS})
  if(TOC_SANITIZE STREQUAL "thread")
    target_sources(test_${layer} PRIVATE ${CMAKE_SOURCE_DIR}/tests/plain/main.c)
    target_include_directories(test_${layer} PRIVATE ${CMAKE_SOURCE_DIR}/tests/plain)
  else()
    target_link_libraries(test_${layer} PRIVATE PkgConfig::criterion)
  endif()
  add_test(NAME unit-${layer} COMMAND test_${layer} --short-filename)
  toc_test_properties(unit-${layer} unit 600)
endfunction()

# toc_thread_test(<name> <layer> <test.c> <source.c>…): the same cases under ThreadSanitizer, with the sources of that
# layer and of base that they need: in every build, as no other sees data races.
function(toc_thread_test name layer)
  add_executable(thread_${name} ${CMAKE_SOURCE_DIR}/tests/plain/main.c ${ARGN})
  target_include_directories(thread_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/plain)
  set(roots ${CMAKE_BINARY_DIR}/roots)
  foreach(source IN LISTS ARGN)
    set_source_files_properties(${source} PROPERTIES INCLUDE_DIRECTORIES "${roots}/base")
    if(NOT source MATCHES "/engine/base/")
      set_source_files_properties(${source} PROPERTIES INCLUDE_DIRECTORIES "${roots}/base;${roots}/${layer}")
    endif()
  endforeach()
  target_compile_options(thread_${name} PRIVATE -fno-sanitize=all -fsanitize=thread)
  target_link_options(thread_${name} PRIVATE -fno-sanitize=all -fsanitize=thread)
  add_test(NAME thread-${name} COMMAND thread_${name})
  toc_test_properties(thread-${name} unit 600)
endfunction()

# toc_script_test(<name> <label> <script> [<arg>…]): an executable script that must exit 0, or 77
# for "cannot be tried here". In its environment: TOC_SOURCE_DIR, TOC_BUILD_DIR, TOCSIN.
function(toc_script_test name label script)
  cmake_path(ABSOLUTE_PATH script)
  add_test(NAME ${name} COMMAND ${script} ${ARGN})
  toc_test_properties(${name} ${label} 1200)
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77)
endfunction()

# toc_fuzzer(<name> <file.c> [<lib>…]): with the fuzz preset the libFuzzer program fuzz_<name>;
# elsewhere the same entry point over tests/fuzz/corpus/<name> and mutations of it, as a test.
function(toc_fuzzer name file)
  add_executable(fuzz_${name} ${file})
  target_compile_options(fuzz_${name} PRIVATE -Wno-missing-prototypes)
  target_link_libraries(fuzz_${name} PRIVATE ${ARGN})
  if(TOC_FUZZ)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.c)
    add_test(NAME fuzz-${name} COMMAND fuzz_${name} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
    toc_test_properties(fuzz-${name} fuzz 600)
  endif()
endfunction()

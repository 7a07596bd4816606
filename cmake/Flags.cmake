# SPDX-License-Identifier: Apache-2.0
# The compiler flags of every target: the C dialect, warnings as errors, hardening, sanitizers.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")
set(CMAKE_C_FLAGS_DEBUG "-O1 -g")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

if(TOC_STATIC)
  add_link_options(-static-pie)
else()
  include(CheckPIESupported)
  check_pie_supported(LANGUAGES C)
endif()

add_compile_options(
  -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla
  -Wformat=2 -Wundef -Werror -fno-omit-frame-pointer -fstack-protector-strong)
add_compile_definitions(_GNU_SOURCE)

if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  add_link_options(-Wl,-z,relro,-z,now)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ${TOC_LTO})
endif()

# Without -fno-sanitize-recover a UBSan report leaves the exit status at 0.
if(TOC_SANITIZE STREQUAL "thread")
  set(sanitizers -fsanitize=thread)
elseif(TOC_SANITIZE)
  set(sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all)
endif()
if(TOC_FUZZ)
  list(APPEND sanitizers -fsanitize=fuzzer-no-link)
endif()
if(TOC_COVERAGE)
  list(APPEND sanitizers --coverage)
endif()
add_compile_options(${sanitizers})
add_link_options(${sanitizers})
